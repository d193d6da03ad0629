import runpy
import tool
from tool.__main__ import main as tool_main

tool_main()
tool.info()
