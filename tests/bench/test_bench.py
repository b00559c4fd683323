"""
The benchmarks run: tiny, and never timed.
"""

import json
import subprocess
import sys

from tests.crash.serving import HOME

MEASURED = {
    "turns": {"driver_ceiling", "flushes_a_second", "sqlite_commits_a_second", "python", "posts_a_cpu_second", "sqlite"},
    "growth": {"rows", "sqlite"},
    "report": {"rows", "few_rows", "sqlite"},
    "understand": {"has_model", "scores", "memory", "model_ms", "questions_a_cpu_second", "letters_ms", "phrase_ms", "product_ms"},
    "reminders": {"due", "planned", "steps", "planned_a_cpu_second", "queued", "is_each_once", "queued_a_second", "queued_a_cpu_second",
                  "a_cpu_second", "peak", "few", "peak_of_few", "posts_a_cpu_second", "meanwhile", "kills", "kills_at_work", "killed_rows",
                  "is_once_after_kills"},
}
SMALL = ["--seconds", "0.3", "--look", "0.3", "--rows", "2000", "--people", "10", "--rounds", "1", "--databases", "sqlite", "--due", "50",
         "--questions", "12", "--reminder-kills", "0", "--forked"]


def test_benches_run():
    """A small run of the benchmarks ends with a JSON document of what they measured; whether a target was met is not this test's business."""

    run = subprocess.run([sys.executable, "-m", "tests.bench", *MEASURED, "--json", *SMALL], cwd=HOME, capture_output=True, text=True, check=False)

    assert run.returncode in (0, 1), run.stderr
    assert {what: set(found) for what, found in json.loads(run.stdout).items() if what != "missed"} == MEASURED
