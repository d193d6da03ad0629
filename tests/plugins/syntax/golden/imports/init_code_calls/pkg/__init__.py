from .setup import prepare

prepare()
