// What Qt has for the same; prints one figure: qt-peer thread|concurrent|progress|command|frames COUNT
#include <QtConcurrent>
#include <QtCore>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

using Clock = std::chrono::steady_clock;

static double since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

/// Dispatches until main has been told `count` times.
struct Told : QObject {
    int left;
    QEventLoop loop;

    explicit Told(int count) : left(count) {}
    void tell() {
        if (--left == 0) loop.quit();
    }
};

/// Microseconds for each function that does nothing on a thread, from submit to seen on main.
static double thread(int count) {
    Told told(count);
    auto start = Clock::now();
    for (int index = 0; index < count; index++)
        QThreadPool::globalInstance()->start(
            [&] { QMetaObject::invokeMethod(&told, [&] { told.tell(); }, Qt::QueuedConnection); });
    told.loop.exec();
    return since(start) / count;
}

/// The same with futures. Without their `then`, with which Qt 6.4 crashes in one run of four.
static double concurrent(int count) {
    Told told(count);
    auto start = Clock::now();
    for (int index = 0; index < count; index++)
        // The future is not kept.
        (void)QtConcurrent::run(
            [&] { QMetaObject::invokeMethod(&told, [&] { told.tell(); }, Qt::QueuedConnection); });
    told.loop.exec();
    return since(start) / count;
}

/// Nanoseconds for each report of progress, while main is told.
static double progress(int count) {
    double result = 0;
    QFutureWatcher<void> watcher;
    QEventLoop loop;
    QObject::connect(&watcher, &QFutureWatcher<void>::finished, &loop, &QEventLoop::quit);
    watcher.setFuture(QtConcurrent::run([&](QPromise<void> &promise) {
        promise.setProgressRange(0, count);
        auto start = Clock::now();
        for (int step = 0; step < count; step++) promise.setProgressValue(step);
        result = since(start) / count * 1000;
    }));
    loop.exec();
    return result;
}

/// Microseconds from the start of /bin/true to its end, seen on main.
static double command(int count) {
    auto start = Clock::now();
    for (int index = 0; index < count; index++) {
        QProcess process;
        QEventLoop loop;
        QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
        process.start("/bin/true", {});
        loop.exec();
    }
    return since(start) / count;
}

/// Percent of the ticks at 60 Hz that main keeps while functions on two threads end and are seen on main.
static double frames(int count) {
    QThreadPool pool;
    pool.setMaxThreadCount(2);
    QSemaphore gate;
    for (int index = 0; index < 2; index++) pool.start([&] { gate.acquire(); });
    Told told(count);
    for (int index = 0; index < count; index++)
        pool.start([&] { QMetaObject::invokeMethod(&told, [&] { told.tell(); }, Qt::QueuedConnection); });
    int kept = 0;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, [&] { kept++; });
    auto start = Clock::now();
    timer.start(16);
    gate.release(2);
    told.loop.exec();
    double possible = std::max(1.0, std::floor(since(start) / 16000));
    pool.waitForDone();
    return std::min(100.0, 100 * kept / possible);
}

int main(int argc, char **argv) {
    QCoreApplication application(argc, argv);
    if (argc != 3) return EXIT_FAILURE;
    QString measure = argv[1];
    int count = atoi(argv[2]);
    double figure;
    if (measure == "thread") figure = thread(count);
    else if (measure == "concurrent") figure = concurrent(count);
    else if (measure == "progress") figure = progress(count);
    else if (measure == "command") figure = command(count);
    else if (measure == "frames") figure = frames(count);
    else return EXIT_FAILURE;
    printf("%.6f\n", figure);
    return EXIT_SUCCESS;
}
