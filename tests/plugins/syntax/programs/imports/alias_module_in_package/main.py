import kit

kit.np.make()
kit.helpers.assist()
