START = "start"
STOP = "stop"
NEVER = "never"
