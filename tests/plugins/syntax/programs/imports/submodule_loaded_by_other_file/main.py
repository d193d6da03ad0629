import top
import loader

loader.ready()
top.nested.work()
top.nested.deeper.dig()
