import FoundationEssentials

/// What a line of a command's output says about its progress.
struct ProgressReading: Equatable {
    enum Amount: Equatable {
        case fraction(Double)
        case count(Double, of: Double)
    }

    var amount: Amount?
    var message: String?

    func report(to context: ExecutionContext) {
        switch amount {
        case .fraction(let fraction): context.setFraction(fraction)
        case .count(let count, let total):
            // No error: a reading has no total that is not positive.
            try? context.setTotal(total)
            context.setProgress(count)
        case nil: break
        }
        if let message { context.setMessage(message) }
    }
}

// MARK: - Percentages

extension ProgressReading {
    /// Longer numbers are no percentage.
    private static let percentageLength = 16

    /// Reads the last percentage.
    init?(percentageIn line: [UInt8]) {
        var end = line.endIndex
        while let sign = line[..<end].lastIndex(of: UInt8(ascii: "%")) {
            if let percentage = Self.percentage(endingAt: sign, in: line) {
                self.init(amount: .fraction(percentage / 100))
                return
            }
            end = sign
        }
        return nil
    }

    private static func percentage(endingAt sign: Int, in line: [UInt8]) -> Double? {
        // `a%20b` is an address.
        guard sign + 1 == line.count || !line[sign + 1].isLetterOrDigit else { return nil }
        let end = sign > 0 && line[sign - 1] == UInt8(ascii: " ") ? sign - 1 : sign
        var begin = end
        while begin > 0, end - begin <= percentageLength, line[begin - 1].isDigit || line[begin - 1].isPoint {
            begin -= 1
        }
        guard end - begin <= percentageLength, begin == 0 || line[begin - 1] != UInt8(ascii: "-") else { return nil }
        let number = line[begin..<end]
        guard number.first?.isDigit == true, number.last?.isDigit == true else { return nil }
        // Two points, as in 1.2.3, make no number.
        let text = String(decoding: number.map { $0.isPoint ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
        return Double(text).flatMap { $0 <= 100 ? $0 : nil }
    }
}

// MARK: - Counts

extension ProgressReading {
    /// Numbers of more digits are not all whole in a `Double`.
    private static let countLength = 15

    /// Reads the first count.
    init?(countIn line: [UInt8]) {
        var rest = line[...]
        while let begin = rest.firstIndex(where: \.isDigit) {
            let number = line[begin...].prefix(while: \.isDigit)
            if begin == 0 || !line[begin - 1].joinsNumbers, let total = Self.total(after: number.endIndex, in: line),
                let count = Self.value(number), count <= total, total > 0
            {
                self.init(amount: .count(count, of: total))
                return
            }
            rest = line[number.endIndex...]
        }
        return nil
    }

    /// Reads `/ 10` or ` of 10`.
    private static func total(after index: Int, in line: [UInt8]) -> Double? {
        var rest = line[index...].drop { $0 == UInt8(ascii: " ") }
        if rest.first == UInt8(ascii: "/") {
            rest = rest.dropFirst()
        } else if rest.startIndex > index, rest.starts(with: "of ".utf8) {
            rest = rest.dropFirst(3)
        } else {
            return nil
        }
        let number = rest.drop { $0 == UInt8(ascii: " ") }.prefix(while: \.isDigit)
        let following = line[number.endIndex...]
        if let next = following.first {
            guard !next.isLetterOrDigit, !"/_-".utf8.contains(next) else { return nil }
            // As in 1/2.5 and 12/30:45, but not at the end of a sentence.
            let isFollowed = following.dropFirst().first?.isDigit == true
            guard !isFollowed || !(next.isPoint || next == UInt8(ascii: ":")) else { return nil }
        }
        return value(number)
    }

    private static func value(_ digits: ArraySlice<UInt8>) -> Double? {
        guard digits.count <= countLength else { return nil }
        return Double(String(decoding: digits, as: UTF8.self))
    }
}

// MARK: - JSON

extension ProgressReading {
    /// Reads an object.
    init?(jsonIn line: [UInt8]) {
        guard line.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) == UInt8(ascii: "{"),
            let object = try? JSONDecoder().decode(Object.self, from: Data(line))
        else { return nil }
        if let progress = object.progress, (0...1).contains(progress) {
            amount = .fraction(progress)
        } else if let current = object.current, let total = object.total, current >= 0, total > 0 {
            amount = .count(current, of: total)
        }
        message = object.message
        if amount == nil, message == nil { return nil }
    }

    private struct Object: Decodable {
        let progress: Double?
        let current: Double?
        let total: Double?
        let message: String?

        private enum Keys: CodingKey {
            case progress
            case current
            case total
            case message
        }

        /// Takes what has the right type, and leaves the rest.
        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Keys.self)
            progress = try? values.decode(Double.self, forKey: .progress)
            current = try? values.decode(Double.self, forKey: .current)
            total = try? values.decode(Double.self, forKey: .total)
            message = try? values.decode(String.self, forKey: .message)
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }

    fileprivate var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    /// A decimal point, in whatever language.
    fileprivate var isPoint: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: ",")
    }

    /// Whether a number behind it is part of something longer: a path, a version, a date, a name.
    fileprivate var joinsNumbers: Bool {
        isLetterOrDigit || isPoint || "/_-".utf8.contains(self)
    }
}
