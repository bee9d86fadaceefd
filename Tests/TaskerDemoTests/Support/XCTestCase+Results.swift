import XCTest

/// What tells a result of the demo's from a part of one.
extension XCTestCase {
    /// Checks a result by its file's name.
    func assertWhole(_ name: String, in output: Folder, of folder: Folder) throws {
        switch name {
        case "SHA256SUMS": try assertManifestIsWhole(in: output, of: folder)
        case "archive.tar": try assertArchiveIsWhole(in: output, of: folder)
        case "mandelbrot.png": try assertPictureIsWhole(in: output)
        default: XCTFail("“\(name)” is no result.")
        }
    }

    func assertManifestIsWhole(in output: Folder, of folder: Folder) throws {
        let manifest = "\(output.path)/SHA256SUMS"
        let check = try run("cd \"$0\" && sha256sum --check --strict --quiet \"$1\"", folder.path, manifest)
        XCTAssertEqual(check.status, 0, "\(check.lines)")
        // Names have newlines; each file is to be one line all the same.
        let files = try run("find \"$0\" -type f -printf x | wc --bytes", folder.path).lines
        XCTAssertEqual(try run("wc --lines <\"$0\"", manifest).lines, files)
    }

    func assertArchiveIsWhole(in output: Folder, of folder: Folder) throws {
        let comparison = try run(
            """
            set -o pipefail
            diff <(cd "$0" && find . '(' -type d -printf '%p/\\n' -o -printf '%p\\n' ')' | sort) \
                <(tar --list --quoting-style=literal --file "$1/archive.tar" | sort)
            """,
            folder.path,
            output.path
        )
        XCTAssertEqual(comparison.status, 0, "\(comparison.lines)")
    }

    func assertPictureIsWhole(in output: Folder) throws {
        let picture = "\(output.path)/mandelbrot.png"
        let bytes = "od --address-radix n --format x1"
        // The signature, and the chunk that ends a picture with its checksum.
        XCTAssertEqual(try run("head --bytes 8 \"$0\" | \(bytes)", picture).lines, [" 89 50 4e 47 0d 0a 1a 0a"])
        XCTAssertEqual(
            try run("tail --bytes 12 \"$0\" | \(bytes)", picture).lines,
            [" 00 00 00 00 49 45 4e 44 ae 42 60 82"]
        )
    }
}
