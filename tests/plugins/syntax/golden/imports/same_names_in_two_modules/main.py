import a
import b

a.f()
