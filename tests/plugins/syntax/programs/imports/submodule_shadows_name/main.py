import pack

pack.value()
import pack.value

pack.value.get()
