import fac

fac.make().run()
