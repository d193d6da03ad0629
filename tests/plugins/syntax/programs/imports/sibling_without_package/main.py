import services.mail as mail
from services import mail as same
from services.mail import Mailer, send as deliver

mail.send("a")
same.send("b")
deliver("c")
Mailer().send()
