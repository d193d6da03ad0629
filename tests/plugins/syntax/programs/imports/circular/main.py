import ping

ping.ping(3)
