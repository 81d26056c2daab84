"""The Word report of the example opened by LibreOffice: as many pages as the PDF, within one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "chemical_plot.txt"
SOFFICE, PDFINFO = shutil.which("soffice"), shutil.which("pdfinfo")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (SOFFICE and PDFINFO),
        reason="not without soffice and pdfinfo (packages libreoffice-writer, poppler-utils)",
    ),
]


def pages_of(pdf):
    said = subprocess.run([PDFINFO, pdf], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^Pages:\s+(\d+)$", said, re.M)[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_word_report_has_the_pages_of_the_pdf(tmp_path, lang):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "geo_toolkit.cli", "check", EXAMPLE, "--workspace", ROOT]
    command += ["--project-type", "chemical", "--no-record", "--quiet", "--lang", lang]
    subprocess.run([*command, "--format", "docx,pdf", "--out", out], check=True, timeout=300)
    profile = (tmp_path / "profile").as_uri()
    convert = [SOFFICE, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
    subprocess.run(
        [*convert, "--outdir", tmp_path, out / "check.docx"],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert abs(pages_of(tmp_path / "check.pdf") - pages_of(out / "check.pdf")) <= 1
