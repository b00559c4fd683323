"""
The short words that clients answer with, in all languages: yes, no, and what works at any moment.

The lists come from the languages page; no native speaker has read them yet.
"""

YES = {
    "nl": "ja, jawel, oké, oke, ok, klopt, ja klopt, dat klopt, ja dat klopt, die klopt, ja die klopt, ja graag, graag, ja hoor, ja dat is goed, "
          "prima, goed, jaa",
    "en": "yes, yeah, ok, okay, y, yes please, sure, yep, right, correct, it is right, it's right, that is right, that's right",
    "ar": "نعم, اي, ايه, أيوه, ايوا, تمام, أكيد, موافق, اوكي, صحيح, صح, هو صحيح, na3am, aywa, eh, ee, tamam",
    "ti": "እወ, ሕራይ, ኦኬ, ልክዕ, ልክዕ እዩ, eway, ewe",
    "fa": "بله, آره, باشه, اوکی, درست, درست است", "prs": "بلی, هان, درست, درست است",
    "tr": "evet, tamam, olur, he, doğru", "uk": "так, ага, добре, правильно, це правильно",
    "so": "haa, haye, waayahay, sax, waa sax", "kmr": "erê, belê, baş e", "ps": "هو, سمه ده", "fr": "oui, ouais, d'accord, ok, juste, c'est juste",
    "am": "አዎ, እሺ", "ckb": "بەڵێ, ئا, باشە", "ru": "да, ага, хорошо",
}
NO = {
    "nl": "nee, neen, niet, nee dank u, nee bedankt, liever niet", "en": "no, nope, n, no thanks, no thank you",
    "ar": "لا, لأ, كلا, مو, لا شكرا, la, la2, mu", "ti": "ኣይፋል, ኣይፋሉን, ኣይኮነን, ኖ, aykonen, ayfal",
    "fa": "نه, خیر, نخیر", "prs": "نی, نخیر", "tr": "hayır, yok, olmaz", "uk": "ні, нє", "so": "maya, may", "kmr": "na, nexêr",
    "ps": "نه, یا", "fr": "non, nan", "am": "አይ, አይደለም", "ckb": "نەخێر, نا", "ru": "нет, не",
}
# What is a no where it was asked whether something is right, and nowhere else: unasked it says that we are wrong, or that all is.
WRONG = {
    "nl": "klopt niet, klopt die niet, die klopt niet, dat klopt niet, het klopt niet, nee klopt niet, fout",
    "en": "wrong, it is wrong, it's wrong, that is wrong, that's wrong", "ar": "خطأ, هو خطأ, غلط", "ti": "ጌጋ, ጌጋ እዩ",
    "fa": "غلط, غلط است, درست نیست", "prs": "غلط, غلط است, درست نیست", "tr": "yanlış", "uk": "неправильно, це неправильно",
    "so": "khalad, waa khalad", "fr": "faux, c'est faux",
}
ANYWHERE = {
    "ask_stop": "بس, bes, bas, son, dur, annuler",
    "stop": "stop, stoppen, afmelden, uitschrijven, unsubscribe, cancel messages, توقف, قف, إيقاف, ايقاف, إلغاء الاشتراك, ستوب, "
            "wa2ef, twa2af, "
            "ኣቋርጽ, ደው, ደው ኣብል, ስቶፕ, لغو, قطع, استاپ, ایستاد, durdur, iptal, стоп, зупинити, відписатися, jooji, joogso, ka bax, "
            "rawestîne, betal bike, ودروئ, بند کړئ, لغوه, arrêter, arrêtez, désabonner, አቁም, ይቁም, بوەستە, ڕابگرە, بەس, отписаться, /stop",
    "start": "start, /start, begin, starten, opnieuw beginnen, ابدأ, بدء, البداية, ستارت, ጀምር, ስታርት, شروع, başla, başlat, "
             "почати, старт, начать, "
             "bilow, dest pê bike, پیل, commencer, démarrer, دەستپێکردن",
    "forget": "vergeet mij, vergeet me, verwijder mij, verwijder mijn gegevens, wis mijn gegevens, wis alles, forget me, "
              "delete me, erase me, "
              "delete my data, erase my data, انسني, انساني, احذف بياناتي, امسح بياناتي, احذفني, ረስዓኒ, ረስዑኒ, ሓበሬታይ ደምስሱ, ደምስሱኒ, "
              "ሓበሬታይ ደምስስ, "
              "فراموشم کن, اطلاعات من را پاک کن, beni unut, verilerimi sil, забудь мене, забудьте мене, видаліть мої дані, "
              "i iloow, xogtayda tirtir, "
              "min ji bîr bike, ما هېر کړئ, oubliez-moi, supprimez mes données, እርሱኝ, لەبیرم بکە, забудь меня, "
              "удалите мои данные, /forget",
    "voice": "stuur mij spraak, stuur me spraak, stuur spraak, spraak, met spraak, spraakbericht, spraakberichten, stem, voorlezen, "
             "lees voor, ik kan niet lezen, send me voice, send voice, voice, with voice, voice please, voice message, voice messages, "
             "read aloud, i cannot read, i can t read, i cant read, audio, صوت, بصوت, بالصوت, ارسلوا صوت, أرسل صوت, أرسلوا لي صوتا, "
             "رسالة صوتية, رسائل صوتية, لا أستطيع القراءة, لا أعرف القراءة, ما بعرف اقرا, sawt, bissot, "
             "ድምጺ, ብድምጺ, ድምጺ ስደዱለይ, ናይ ድምጺ መልእኽቲ, ከንብብ ኣይክእልን, ከንብብ ኣይክእልን እየ, "
             "صدا, با صدا, صوتی, پیام صوتی, صدا بفرستید, نمی توانم بخوانم, صدا روان کنید, خوانده نمی توانم, "
             "ses, sesli, sesli mesaj, ses gönder, ses gönderin, okuma bilmiyorum, okuyamıyorum, "
             "голос, голосом, голосове повідомлення, голосові повідомлення, надішліть голос, я не вмію читати, не вмію читати, "
             "cod, codka, cod ii soo dir, cod ii soo dira, farriin cod ah, akhriska ma aqaan, wax ma akhriyi karo, "
             "vocal, en vocal, message vocal, messages vocaux, voix, envoyez moi la voix, je ne sais pas lire, "
             "graag spraak, صوت من فضلكم, ብድምጺ በጃኹም, لطفا با صدا, sesli olsun, прошу голосом, cod fadlan, "
             "deng, غږ, ድምፅ, دەنگ, голосовое сообщение, не умею читать",
    "text": "tekst, alleen tekst, geen spraak, geen stem, text, text only, only text, no voice, stop voice, "
            "نص, نص فقط, كتابة فقط, كتابة, بدون صوت, ጽሑፍ, ጽሑፍ ጥራይ, ብዘይ ድምጺ, متن, فقط متن, بدون صدا, تنها متن, نوشته, تنها نوشته, "
            "metin, yazı, sadece metin, sadece yazı, ses yok, текст, тільки текст, без голосу, "
            "qoraal, qoraal keliya, qoraal kaliya, cod la'aan, texte, texte seulement, sans vocal, sans voix, только текст, без голоса",
    "human": "mens, persoon, medewerker, vrijwilliger, een vrijwilliger, een mens, een persoon, hulp van een mens, human, "
             "person, volunteer, a human, "
             "a person, a volunteer, شخص, موظف, إنسان, متطوع, متطوعة, مساعد, shakhs, mwazzaf, mutatawwi3, ሰብ, ሰራሕተኛ, ወለንተኛ, ወለንታዊ, "
             "انسان, کارمند, آدم, نفر, داوطلب, insan, yetkili, gönüllü, людина, працівник, волонтер, qof, shaqaale, mirov, "
             "karmend, کس, کارکوونکی, "
             "personne, humain, bénévole, un bénévole, mutadawac, ሰው, کەس, کارمەند, человек",
    "menu": "menu, hoofdmenu, /menu, help, /help, hulp, القائمة, قائمة, مساعدة, መኑ, ዝርዝር, ሓገዝ, منو, فهرست, menü, меню, liiska, "
            "lîste, مېنو, aide, مێنو",
    "hour": "ander uur, een ander uur, uur van herinneringen, another hour, other hour, reminder hour, ساعة أخرى للتذكير, ካልእ ሰዓት, "
            "ساعت دیگر برای یادآوری, başka bir saat, başka saat, інша година, saacad kale, autre heure pour les rappels",
    "visit": "afspraak, een afspraak, afspraak maken, een afspraak maken, mijn afspraak, ik wil een afspraak, appointment, an appointment, "
             "make an appointment, book an appointment, my appointment, موعد, موعدي, اريد موعد, أريد موعدا, حجز موعد, ቆጸራ, ቆጸራይ, ቆጸራ እደሊ, "
             "قرار, قرار ملاقات, وقت ملاقات, نوبت, randevu, randevum, randevu almak istiyorum, зустріч, моя зустріч, записатися на зустріч, "
             "ballan, ballantayda, ballan ayaan rabaa, rendez-vous, un rendez-vous, mon rendez-vous, prendre rendez-vous",
    "back": "terug, vorige, back, رجوع, ارجع, عودة, ተመለስ, ንድሕሪት, بازگشت, برگشت, geri, назад, dib, vegere, شاته, retour, گەڕانەوە",
    "language": "taal, andere taal, taal wijzigen, language, change language, /language, /taal, لغة, اللغة, تغيير اللغة, ቋንቋ, "
                "زبان, dil, мова, "
                "luqad, luuqad, ziman, ژبه, langue, زمان, язык",
    "real": "is dit echt, is dit nep, is dit oplichting, wie bent u, wie ben jij, wie ben je, wie zijn jullie, is this real, is it real, "
            "is this a scam, who are you, هل هذا حقيقي, هل هذا احتيال, من أنتم, من أنت, مين انتو, እዚ ናይ ሓቂ ድዩ, ናይ ሓቂ ድዩ, መን ኢኹም, "
            "این واقعی است, شما کی هستید, bu gerçek mi, siz kimsiniz, це справжнє, хто ви, waa run, est-ce que c'est vrai, "
            "qui êtes-vous, est-ce vrai, ma run baa, это правда, кто вы",
    "thanks": "dank u, dank u wel, dankuwel, dank je, dankje, dank je wel, dankjewel, bedankt, dank, heel erg bedankt, "
              "hartelijk dank, oké dank u, "
              "ok dank u, tot ziens, dag, doei, thanks, thank you, thank u, thx, ty, thank you very much, many thanks, "
              "ok thanks, bye, goodbye, "
              "شكرا, شكراً, شكرا لك, شكرا لكم, شكرا جزيلا, شكرا كتير, مشكور, مشكورين, يسلمو, مع السلامة, shukran, shokran, choukran, "
              "የቐንየለይ, የቀንየለይ, የቐንየልና, yekenyeley, ቻው, ሰላም ኩኑ, ممنون, ممنونم, مرسی, تشکر, متشکرم, سپاس, خداحافظ, teşekkürler, "
              "teşekkür ederim, "
              "sağol, sağ ol, sağ olun, güle güle, дякую, спасибі, до побачення, mahadsanid, nabad gelyo, spas, مننه, merci, "
              "merci beaucoup, "
              "au revoir, አመሰግናለሁ, سوپاس, спасибо, до свидания",
    "greeting": "hallo, hoi, hey, dag mevrouw, dag meneer, goedemorgen, goedemiddag, goedenavond, goedendag, hi, hello, good morning, "
                "good afternoon, good evening, مرحبا, السلام عليكم, سلام عليكم, أهلا, هلا, صباح الخير, مساء الخير, salam, "
                "salaam, marhaba, "
                "assalamu alaikum, salam alaikum, ሰላም, ከመይ, ከመይ ኣለኹም, ከመይ ኣለኻ, selam, سلام, درود, merhaba, iyi günler, привіт, "
                "добрий день, "
                "доброго дня, bonjour, salut, bonsoir, здравствуйте, привет, iska warran, silav, ሰላም ነው",
}
# What a whole message means below a reminder, by the answer that it chooses.
REPLIES = {
    "done": "klaar, ik ben klaar, ja klaar, gedaan, ja gedaan, al gedaan, is gedaan, is al gedaan, het is gedaan, ik heb het gedaan, "
            "ik heb het al gedaan, heb ik al gedaan, geregeld, al geregeld, afgerond, aangevraagd, al aangevraagd, verstuurd, ingediend, "
            "done, yes done, i did it, i did, i have done it, already done, i already did it, it is done, finished, i finished, i am done, "
            "i sent it, sent, already sent, i applied, already applied, "
            "تم, تم الأمر, انتهيت, خلصت, عملته, عملتها, فعلت ذلك, لقد فعلت ذلك, قدمت الطلب, أرسلته, أرسلتها, تم الإرسال, "
            "ተገይሩ, ገይረዮ, ተወዲኡ, ወዲአ, ወዲአዮ, ሰዲደዮ, انجام شد, انجام دادم, انجام داده ام, تمام شد, فرستادم, خلاص شد, "
            "yaptım, bitti, tamamlandı, tamamladım, hallettim, başvurdum, gönderdim, "
            "готово, зробив, зробила, вже зробив, вже зробила, зроблено, вже зроблено, подав, подала, надіслано, "
            "waan sameeyay, waan sameeyey, waan dhammeeyay, waa dhammaaday, "
            "fait, c'est fait, terminé, j'ai terminé, je l'ai fait, déjà fait, envoyé",
    "will_do": "ik ga het doen, ga ik doen, doe ik, ik doe het, zal ik doen, ik zal het doen, komt goed, "
               "i will do it, i will, will do, i'll do it, i am going to do it, i am on it, "
               "سأفعل, سأفعل ذلك, سأقوم بذلك, سوف أفعل, رح اعملها, راح اسويها, ክገብሮ, ክገብሮ እየ, "
               "انجام می دهم, انجام میدهم, انجام خواهم داد, yapacağım, yaparım, yapıcam, зроблю, я зроблю, "
               "waan samayn doonaa, waan sameyn doonaa, je vais le faire, je le ferai, je m'en occupe",
    "need_help": "hulp, help, help mij, help me, hulp nodig, ik heb hulp nodig, kunt u helpen, kunt u mij helpen, kun je helpen, ik wil hulp, "
                 "graag hulp, i need help, need help, help please, please help, help me please, please help me, can you help, can you help me, "
                 "مساعدة, أحتاج مساعدة, أحتاج إلى مساعدة, بدي مساعدة, أريد مساعدة, محتاج مساعدة, ممكن مساعدة, ساعدوني, ساعدني, "
                 "ሓገዝ, ሓገዝ የድልየኒ, ሓገዝ እደሊ, ሓግዙኒ, "
                 "کمک, کمک می خواهم, کمک میخواهم, کمکم کنید, کمک لازم دارم, به کمک نیاز دارم, به کمک ضرورت دارم, مرا کمک کنید, "
                 "yardım, yardım edin, yardım istiyorum, yardım lazım, yardıma ihtiyacım var, "
                 "допомога, допоможіть, потрібна допомога, мені потрібна допомога, "
                 "caawimaad, caawimo, waxaan u baahanahay caawimaad, i caawi, i caawiya, "
                 "aide, aidez-moi, besoin d'aide, j'ai besoin d'aide",
    "not_mine": "niet voor mij, dit is niet voor mij, niet van mij, dat is niet van mij, dit ben ik niet, geldt niet voor mij, verkeerde persoon, "
                "not for me, this is not for me, not mine, this is not mine, that is not me, wrong person, "
                "لا يخصني, ليس لي, هذا ليس لي, مو الي, مش الي, ንዓይ ኣይኮነን, ናተይ ኣይኮነን, برای من نیست, مال من نیست, از من نیست, "
                "benim için değil, benim değil, bana ait değil, не для мене, це не для мене, не моє, це не моє, "
                "ima khuseyso, aniga ima khuseyso, pas pour moi, ce n'est pas pour moi, ça ne me concerne pas",
    "later": "later, vraag het later, vraag later, straks, nog niet, niet nu, nu niet, een andere keer, morgen, "
             "ask me later, ask later, remind me later, not now, not yet, another time, tomorrow, "
             "لاحقا, فيما بعد, بعدين, اسألوني لاحقا, ذكروني لاحقا, ليس الآن, ليس بعد, غدا, بكرا, "
             "ጸኒሑ, ጸኒሕኩም ሕተቱኒ, ድሓር, ሕጂ ኣይኮነን, ጽባሕ, "
             "بعدا, بعدا بپرسید, حالا نه, الان نه, هنوز نه, فردا, پسان, بعدتر, "
             "sonra, daha sonra, sonra sorun, şimdi değil, henüz değil, yarın, пізніше, потім, не зараз, ще ні, завтра, "
             "hadhow, mar dambe, hadda maya, berri, plus tard, pas maintenant, pas encore, demain",
}
SIGNS = {"✅": "done", "✔": "done", "☑": "done", "⏳": "will_do", "👤": "need_help", "🚫": "not_mine", "⏰": "later"}
# A cry that is the whole message, by language ("" where several have it); inside a sentence the phrases of each language decide. "Help" alone
# is none: it asks for a person. Beside a cry it may stand, and so may these pleas.
CRIES = {
    "": "ambulance, ambulances, sos, пожар, скорая", "nl": "brand, brandweer, noodgeval", "en": "fire, fire fighters, emergency",
    "ar": "حريق, حريقة, نار, اسعاف, سيارة اسعاف, طوارئ, نجدة, النجدة", "ti": "ሓዊ, ባርዕ, ኣምቡላንስ",
    "fa": "آتش, آتش سوزی, آمبولانس, اورژانس, امبولانس", "tr": "yangın, ambulans, imdat, acil durum", "uk": "пожежа, швидка, рятуйте",
    "so": "dab, dabka, ambalaas", "fr": "feu, au feu, incendie, urgence vitale",
}
SOS = "🆘"
# Beside these words danger is often far: on the news, long ago, laughed about, or asked about only. They silence nothing by themselves.
FAR = (
    "op het nieuws, in het nieuws, op tv, in de film, brandoefening, voor de zekerheid, als ik 112 bel, wanneer bel ik 112, kost 112, "
    "on the news, in the news, on tv, in the movie, in the film, fire drill, just in case, if i call 112, when i call 112, do i call 112, "
    "call you or 112, haha, hahaha, hahahaha, lol, just kidding, بالأخبار, في الأخبار, عالتلفزيون, بالفيلم, ههه, هههه, ههههه, هههههه, "
    "اتصلت على 112, اتصل على 112, bel akhbar, bl akhbar, در اخبار, تو اخبار, به 112 زنگ بزنم, haberlerde, televizyonda, 112yi ararsam, "
    "112yi aradım, yangın tatbikatı, у новинах, в новинах, по телевізору, дзвонити 112, дзвонити на 112, aux infos, aux nouvelles, "
    "à la télé, dans le film, mdr, si j'appelle le 112, appeler le 112, wararka ka, haddii aan 112 waco, ኣብ ዜና, ናብ 112 እንተ ደዊለ"
)
# These too, but of violence: who was raped years ago is to have somebody to talk to.
AGO = (
    "vorig jaar, jaren geleden, lang geleden, last year, years ago, long ago, السنة الماضية, قبل سنوات, senet el madye, پارسال, سال پیش, "
    "سال گذشته, سالها پیش, geçen sene, geçen yıl, yıllar önce, торік, минулого року, років тому, an dernier, année dernière, "
    "il y a des années, sannadkii hore, sanadkii hore, sanado ka hor, ዓሚ, ቅድሚ ዓመታት"
)
# Right after one of these no word is far: it goes on.
SINCE = "sinds, sedert, vanaf, since, from, من, منذ, men, از, з, від, ilaa, iyo, bilaabo, depuis, ካብ"
PLEAS = (
    "please, nu, now, snel, quick, vite, nodig, aidez nous, ساعدونا, ساعدوني, yardım edin, lazım, допоможіть, ሓግዙኒ, i caawi"
)
# The cries that name who comes: as the sender of a letter such a name is none.
SERVICES = (
    "ambulance, ambulances, brandweer, fire fighters, اسعاف, سيارة اسعاف, ኣምቡላንስ, آمبولانس, امبولانس, اورژانس, ambulans, швидка, скорая, ambalaas"
)
AGREES = "👍✅👌🙏"
PLEASED = AGREES + "❤😊🙂😍💐🌹"
# The months from January on, as clients write them; in Tigrinya a name means other days in church than in the office, and is not read.
MONTHS = (
    "januari/jan, februari/feb, maart/mrt, april/apr, mei, juni/jun, juli/jul, augustus/aug, september/sep/sept, oktober/okt, november/nov, "
    "december/dec",
    "january, february, march/mar, april, may, june, july, august, september, october/oct, november, december",
    "يناير/كانون الثاني, فبراير/شباط, مارس/آذار, أبريل/إبريل/نيسان, مايو/أيار, يونيو/حزيران, يوليو/تموز, أغسطس/آب, سبتمبر/أيلول, "
    "أكتوبر/تشرين الأول, نوفمبر/تشرين الثاني, ديسمبر/كانون الأول",
    "ژانویه/جنوری, فوریه/فبروری, مارس/مارچ, آوریل/اپریل, مه/می, ژوئن/جون, ژوئیه/جولای, اوت/آگست, سپتامبر/سپتمبر, اکتبر/اکتوبر, نوامبر/نومبر, "
    "دسامبر/دسمبر",
    "ocak, şubat, mart, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık",
    "січня/січень, лютого/лютий, березня/березень, квітня/квітень, травня/травень, червня/червень, липня/липень, серпня/серпень, "
    "вересня/вересень, жовтня/жовтень, листопада/листопад, грудня/грудень",
    "jannaayo, febraayo, maarso, abriil, maajo, juun, luuliyo, agoosto, sebtembar, oktoobar, nofembar, diseembar/desembar",
    "janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre",
)

# Where a word that works at any moment leads, and which of them do while a volunteer has the question.
GO = {"stop": "stop.stopped", "ask_stop": "stop.ask", "start": "", "forget": "stop.forget", "human": "person.open", "visit": "appointment.ask",
      "menu": "menu.main", "language": "language.choose", "real": "welcome.real", "greeting": "menu.main", "voice": "voice.on", "text": "voice.off",
      "hour": "hour.ask"}
EVEN_HELD = {"stop", "start", "forget", "voice", "text"}
