import config
import user

config.hook = user.handler
user.trigger()
