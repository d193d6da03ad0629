from app import application
import views

application.dispatch("index")
application.dispatch("help")
