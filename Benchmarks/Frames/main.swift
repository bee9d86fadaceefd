import ArgumentParser

FramesCommand.parseOrExit().start()
