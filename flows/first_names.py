"""
First names of the invented people of a played year, by the language they speak. Nobody real is meant.
"""

NAMES = {
    "ar": ("Amina", "Rami", "Salma", "Yusuf", "Huda", "Karim", "Nour", "Bassel", "Dima", "Tarek", "Lina", "Anas", "Rasha", "Omar", "Hala"),
    "ti": ("Yonas", "Selam", "Dawit", "Saba", "Filmon", "Rahwa", "Bereket", "Luam", "Tesfay", "Winta", "Merhawi", "Feven"),
    "fa": ("Shirin", "Arash", "Parisa", "Kaveh", "Laleh", "Dariush", "Mina", "Siavash"),
    "prs": ("Zahra", "Farid", "Shabnam", "Najib", "Freshta", "Wahid"),
    "tr": ("Elif", "Kerem", "Derya", "Emre", "Zeynep", "Can"),
    "uk": ("Olena", "Taras", "Iryna", "Bohdan", "Oksana"),
    "so": ("Hodan", "Liban", "Ayaan", "Guled", "Ifrah"),
    "fr": ("Aline", "Serge", "Grâce", "Patrice", "Divine"),
    "en": ("Grace", "Samuel", "Blessing", "Peter", "Mercy"),
    "nl": ("Sanne", "Jeroen", "Lotte", "Bram"),
}
# Of a hundred people so many speak each language: most come from Syria and Eritrea; what the others speak is an estimate.
SPOKEN = {"ar": 40, "ti": 24, "fa": 8, "prs": 4, "tr": 6, "en": 6, "fr": 3, "uk": 2, "so": 3, "nl": 4}
