import xml.etree.ElementTree as ET
import os

root = ET.fromstring("<a/>")
os.environ.get("x")
os.path.join("a", os.getcwd())
