say = print
say("hello")
