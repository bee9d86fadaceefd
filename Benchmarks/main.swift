import ArgumentParser

BenchmarkCommand.parseOrExit().start()
