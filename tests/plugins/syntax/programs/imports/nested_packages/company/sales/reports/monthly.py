from company.sales.reports import formatting


def render(number):
    return formatting.join(title().lower()[:5], str(number))


def title():
    return "Monthly"
