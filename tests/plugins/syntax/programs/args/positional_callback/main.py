def celsius_to_fahrenheit(value):
    return value * 9 / 5 + 32


def celsius_to_kelvin(value):
    return value + 273


def convert_all(readings, converter):
    result = []
    for reading in readings:
        result.append(converter(reading))
    return result


def main():
    hot = convert_all([0, 100], celsius_to_fahrenheit)
    cold = convert_all([0, 100], celsius_to_kelvin)
    assert hot == [32, 212]
    assert cold == [273, 373]


if __name__ == "__main__":
    main()
