print(len([1]))
