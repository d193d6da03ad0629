import company.sales.reports.monthly
import company.sales.team as team
from company.sales import reports

assert company.sales.reports.monthly.render(3) == "month 3"
assert team.lead() == "ann"
assert reports.monthly.title() == "Monthly"
assert company.motto() == "go"
