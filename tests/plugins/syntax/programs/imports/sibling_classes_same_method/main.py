from zoo import lion, bear

lion.Animal().feed()
bear.Animal().feed()
