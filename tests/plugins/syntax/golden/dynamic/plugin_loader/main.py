from plugins_pkg import load

for p in load():
    p.run()
