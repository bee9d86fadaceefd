import Tasker

print("")
