/// What a body has said of its total.
///
/// By reference, because every snapshot has room for it and few tasks say anything.
final class ProgressMeasure: Sendable {
    let total: Double
    let unit: ProgressUnit?

    init(total: Double, unit: ProgressUnit?) {
        self.total = total
        self.unit = unit
    }
}
