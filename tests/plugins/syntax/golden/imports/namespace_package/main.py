from space.tools import work
import space.tools

work()
space.tools.work()
