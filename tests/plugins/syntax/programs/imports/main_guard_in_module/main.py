import script

script.run()
