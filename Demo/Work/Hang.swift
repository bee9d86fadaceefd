import Glibc
import Tasker

/// A troublemaker: computes for ever and never looks whether it was cancelled.
struct Hang: ProcessTask {
    func run(_ context: ExecutionContext) -> NoValue {
        context.setMessage("Computes for ever, and does not listen to Cancel")
        // Asks for something, or the compiler would leave the loop out.
        while clock() >= 0 {}
        return NoValue()
    }
}
