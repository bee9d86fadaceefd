import Foundation

/// A line that `--json` prints about a task; decoding one that lacks a field fails.
struct Update: Decodable {
    let id: String
    let name: String
    let kind: String
    let state: String
    let progress: Double?
    let message: String?
    let error: String?

    private enum CodingKeys: CodingKey {
        case id, name, kind, state, progress, message, error
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        kind = try container.decode(String.self, forKey: .kind)
        state = try container.decode(String.self, forKey: .state)
        // Null is a value, and not the same as a field that is not there.
        progress = try container.decode(Double?.self, forKey: .progress)
        message = try container.decode(String?.self, forKey: .message)
        error = try container.decodeIfPresent(String.self, forKey: .error)
    }
}

/// The last line that `--json` prints.
struct Summary: Decodable {
    struct MainLoop: Decodable {
        let worstGapMilliseconds: Double
        let p99GapMilliseconds: Double
        let ticks: Int
    }

    let pending: Int
    let running: Int
    let completed: Int
    let failed: Int
    let cancelled: Int
    let seconds: Double
    let output: String
    let mainLoop: MainLoop

    private struct Line: Decodable {
        let summary: Summary
    }

    init(line: String) throws {
        self = try JSONDecoder().decode(Line.self, from: Data(line.utf8)).summary
    }
}
