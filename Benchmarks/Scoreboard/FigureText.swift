/// Figures for people.
enum FigureText {
    /// With three digits that count.
    static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "0" }
        var (step, rest) = (1.0, value.magnitude)
        while rest < 100, step < 1000 { (rest, step) = (rest * 10, step * 10) }
        let rounded = (value * step).rounded() / step
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
