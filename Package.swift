// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "tasker",
    products: [
        .library(name: "Tasker", targets: ["Tasker"]),
        .library(name: "TaskerGTK", targets: ["TaskerGTK"]),
        .library(name: "GLibMainLoop", targets: ["GLibMainLoop"]),
    ],
    traits: [
        .trait(
            name: "Metrics",
            description: "Counts tasks and measures how long they wait and run, through swift-metrics."
        )
    ],
    dependencies: [
        // Spawns and reaps children (pidfd, clone3, close-on-exec of every other descriptor). Its Foundation trait is
        // not needed.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        // FilePath and FileDescriptor, the vocabulary of swift-subprocess's API.
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        // Double-ended queues.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // The log that a manager writes to, if it is given one.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // Only with the trait `Metrics`.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        // The command lines of the demo and the benchmarks.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // `swift package generate-documentation`; no target links it.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CTaskerGLib",
            pkgConfig: "gio-2.0",
            providers: [.apt(["libglib2.0-dev"])]
        ),
        .systemLibrary(
            name: "CTaskerGTK",
            pkgConfig: "gtk4",
            providers: [.apt(["libgtk-4-dev"])]
        ),
        .target(
            name: "GLibMainLoop",
            dependencies: ["CTaskerGLib", .product(name: "DequeModule", package: "swift-collections")]
        ),
        .target(
            name: "Tasker",
            dependencies: [
                "GLibMainLoop",
                "CTaskerGLib",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
            ]
        ),
        .target(
            name: "TaskerGTK",
            dependencies: [
                "Tasker",
                "GLibMainLoop",
                "CTaskerGTK",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            exclude: ["Translations/de.po", "Translations/es.po"],
            // Not as files of a bundle, which would need Foundation to be found: 40 MB for two texts of 2 kB.
            resources: [.embedInCode("Translations/de.mo"), .embedInCode("Translations/es.mo")]
        ),
        .executableTarget(
            name: "TaskerDemo",
            dependencies: [
                "Tasker",
                "TaskerGTK",
                "GLibMainLoop",
                "CTaskerGLib",
                "CTaskerGTK",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Demo",
            exclude: ["run", "Minimal"]
        ),
        // The README's example.
        .executableTarget(
            name: "TaskerMinimal",
            dependencies: ["Tasker", "GLibMainLoop", "CTaskerGTK"],
            path: "Demo/Minimal"
        ),
        .executableTarget(
            name: "TaskerBenchmarks",
            dependencies: [
                "Tasker",
                "GLibMainLoop",
                "CTaskerGLib",
                "CTaskerBenchmarks",
                "BenchmarkSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                // One of the things that commands are compared with.
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Benchmarks",
            exclude: ["CTaskerBenchmarks", "Support", "Counts", "Frames", "Peers", "README.md", "report"]
        ),
        // What .ci/guard counts. Apart from the others, which load what they are compared with.
        .executableTarget(
            name: "TaskerCounts",
            dependencies: [
                "Tasker",
                "GLibMainLoop",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Counts"
        ),
        // Apart from the others, whose worker processes would all have to load GTK.
        .executableTarget(
            name: "TaskerFrames",
            dependencies: [
                "Tasker",
                "TaskerGTK",
                "GLibMainLoop",
                "CTaskerGTK",
                "BenchmarkSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Frames"
        ),
        .target(name: "BenchmarkSupport", dependencies: ["CTaskerBenchmarks"], path: "Benchmarks/Support"),
        .systemLibrary(name: "CTaskerBenchmarks", path: "Benchmarks/CTaskerBenchmarks"),
        // What needs the process's real main thread, real workers or a real crash runs in this executable, started by
        // the tests.
        .executableTarget(
            name: "TaskerTestHost",
            dependencies: [
                "Tasker",
                "GLibMainLoop",
                "CTaskerGLib",
                "CTaskerTestHost",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TaskerTestHost"
        ),
        .target(name: "CTaskerTestHost", path: "Tests/CTaskerTestHost"),
        // What tests of several targets share. Without XCTest, which an executable cannot link everywhere.
        .target(name: "TestSupport", dependencies: ["GLibMainLoop", "CTaskerGLib"], path: "Tests/TestSupport"),
        .systemLibrary(name: "CTestSupport", path: "Tests/CTestSupport"),
        .testTarget(name: "GLibMainLoopTests", dependencies: ["GLibMainLoop", "CTaskerGLib", "TestSupport"]),
        .testTarget(
            name: "TaskerTests",
            dependencies: [
                "Tasker",
                "GLibMainLoop",
                "TaskerTestHost",
                "TestSupport",
                "CTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
            ],
            resources: [.copy("Progress/Traces")]
        ),
        // The examples of the documentation as an application has them; those with workers need an executable.
        .testTarget(
            name: "TaskerExamplesTests",
            dependencies: ["Tasker", "GLibMainLoop", "TaskerExamplesHost", "TestSupport"]
        ),
        .executableTarget(
            name: "TaskerExamplesHost",
            dependencies: ["Tasker", "GLibMainLoop"],
            path: "Tests/TaskerExamplesHost"
        ),
        .testTarget(
            name: "TaskerGTKTests",
            dependencies: ["TaskerGTK", "Tasker", "GLibMainLoop", "CTaskerGLib", "CTaskerGTK", "TestSupport"],
            // What must not compile.
            exclude: ["Misuse"]
        ),
        // What needs a display runs in this executable, started by the tests below.
        .executableTarget(
            name: "TaskerGTKTestHost",
            dependencies: ["TaskerGTK", "Tasker", "GLibMainLoop", "CTaskerGLib", "CTaskerGTK", "TestSupport"],
            path: "Tests/TaskerGTKTestHost"
        ),
        // They start programs with windows as a user does, so these are only to be built.
        .testTarget(
            name: "TaskerDemoTests",
            dependencies: ["TaskerDemo", "TaskerMinimal", "TaskerGTKTestHost", "TestSupport"],
            resources: [.copy("Resources/accessibles.py")]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
        .enableUpcomingFeature("ExistentialAny"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0481-weak-let.md
        .enableUpcomingFeature("ImmutableWeakCaptures"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0470-isolated-conformances.md
        .enableUpcomingFeature("InferIsolatedConformances"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
        .enableUpcomingFeature("InternalImportsByDefault"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
        .enableUpcomingFeature("MemberImportVisibility"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0480-swiftpm-warning-control.md
        .treatAllWarnings(as: .error),
        .treatWarning("ExplicitSendable", as: .error),
    ]
    target.swiftSettings = settings
}
