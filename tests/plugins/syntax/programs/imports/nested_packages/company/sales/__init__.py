def motto():
    # The outer package has its own motto.
    return "sell"
