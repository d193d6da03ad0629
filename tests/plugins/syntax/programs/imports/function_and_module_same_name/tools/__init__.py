from tools.stop import stop
