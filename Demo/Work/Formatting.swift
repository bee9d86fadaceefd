import CTaskerGLib

extension Int {
    /// With a thin space between thousands.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (self < 0 ? "−" : "") + groups.joined(separator: "\u{202F}")
    }

    /// As a number of bytes for people.
    var asFileSize: String {
        guard let text = g_format_size(guint64(magnitude)) else { return "\(self) bytes" }
        defer { g_free(text) }
        return String(cString: text)
    }
}

extension Double {
    /// Of a fraction, whole percents; never 100 before the end.
    var asPercent: String {
        "\(Int(max(0, min(1, self)) * 100))\u{202F}%"
    }

    func rounded(digits: Int) -> Double {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        return (self * factor).rounded() / factor
    }
}
