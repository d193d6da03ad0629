import shapes

shapes.Outer.Inner().run()
