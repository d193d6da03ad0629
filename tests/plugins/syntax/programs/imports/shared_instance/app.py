from framework.core import Application

application = Application()
