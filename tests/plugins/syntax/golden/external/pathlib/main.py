from pathlib import Path

p = Path("x") / "y"
p.exists()
Path.cwd()
