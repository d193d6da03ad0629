START = "start"
STOP = "stop"
