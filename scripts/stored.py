"""Stores in a jar, uncompressed, the classes that every start loads: inflating them took a tenth of it.

Usage: stored.py JAR
"""
import os
import sys
import zipfile

STORED = ("dev/podium/", "org/h2/mvstore/", "com/fasterxml/jackson/")

jar = sys.argv[1]
with zipfile.ZipFile(jar) as before, zipfile.ZipFile(jar + ".new", "w") as after:
    for entry in before.infolist():
        content = before.read(entry)
        entry.compress_type = zipfile.ZIP_STORED if entry.filename.startswith(STORED) else zipfile.ZIP_DEFLATED
        after.writestr(entry, content)
os.replace(jar + ".new", jar)
