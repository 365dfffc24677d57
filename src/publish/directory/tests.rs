use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Directory;
use crate::publish::{Built, Context, DirectorySpec, Plan, RELEASE_FILE, Release, Step, Switch, Target as _, Work};

/// Writes a site and gives it with its release.
fn site(folder: &Path, files: &BTreeMap<String, String>, time: i64) -> (Built, Release) {
    let _ = fs::remove_dir_all(folder);
    for (path, text) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let built = Built::read(folder, &[]).unwrap();
    let release = Release::new(&built, None, time);
    (built, release)
}

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    super::list(folder, "", &mut paths).unwrap();
    paths.retain(|path| path != RELEASE_FILE);
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(folder.join(&path)).unwrap();
            (path, text)
        })
        .collect()
}

fn pages(count: usize, text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<_, _> = (0..count)
        .map(|n| (format!("p{n}/index.html"), format!("page {n} {text}")))
        .collect();
    files.insert("same.css".to_owned(), "same".to_owned());
    files.insert(format!("{text}.html"), "only here".to_owned());
    files
}

/// Publishes, and fails at step number `cut`.
fn publish(live: &Path, built: &Built, release: &Release, switch: Switch, cut: usize) -> anyhow::Result<()> {
    let steps = AtomicUsize::new(0);
    let watch = |_: Step<'_>| {
        if steps.fetch_add(1, Ordering::Relaxed) == cut {
            anyhow::bail!("cut");
        }
        Ok(())
    };
    let context = Context::of(Path::new("/"), &watch);
    let spec = DirectorySpec {
        path: live.to_owned(),
        switch,
        keep: 3,
    };
    let mut target = Directory::open(&spec, context)?;
    let known = target.known(built)?;
    let plan = Plan::new(built, &known, false)?;
    let work = Work {
        site: built,
        release,
        plan: &plan,
    };
    target.publish(&work)?;
    Ok(())
}

#[test]
fn a_cut_at_any_step_leaves_a_whole_old_or_a_whole_new_site_and_the_next_run_finishes() {
    for switch in [Switch::Link, Switch::Exchange] {
        let outer = tempfile::tempdir().unwrap();
        let live = outer.path().join("live");
        let time = Cell::new(0);
        let next = || {
            time.set(time.get() + 1);
            time.get()
        };
        let mut old = pages(24, "zero");
        let (built, release) = site(&outer.path().join("a"), &old, next());
        publish(&live, &built, &release, switch, usize::MAX).unwrap();
        fs::write(live.join("theirs.txt"), "theirs").unwrap();
        old.insert("theirs.txt".to_owned(), "theirs".to_owned());
        let (mut cuts, mut olds, mut news) = (0, 0, 0);
        for cut in 0.. {
            let mut new = pages(24, &format!("n{cut}"));
            let (built, release) = site(&outer.path().join("b"), &new, next());
            new.insert("theirs.txt".to_owned(), "theirs".to_owned());
            let done = publish(&live, &built, &release, switch, cut);
            let seen = contents(&live);
            assert!(seen == old || seen == new, "cut {cut}: {:?}", seen.keys());
            olds += usize::from(seen == old);
            news += usize::from(seen == new);
            if done.is_ok() {
                assert_eq!(seen, new);
                break;
            }
            cuts += 1;
            // The next run finishes the job.
            publish(&live, &built, &release, switch, usize::MAX).unwrap();
            assert_eq!(contents(&live), new);
            old = new;
        }
        assert!(
            cuts >= 25 && olds > 0 && news > 0,
            "{cuts} cuts, {olds} old, {news} new"
        );
        // Nothing is left lying about, and no more than three releases are kept.
        let store = outer.path().join("live.releases");
        let names: Vec<_> = fs::read_dir(&store).unwrap().flatten().map(|e| e.file_name()).collect();
        let kept = if switch == Switch::Link { 3 } else { 2 };
        assert_eq!(names.len(), kept + 1, "{names:?}");
    }
}

#[test]
fn unchanged_files_are_not_written_again_and_old_releases_come_back() {
    for switch in [Switch::Link, Switch::Exchange] {
        let outer = tempfile::tempdir().unwrap();
        let live = outer.path().join("live");
        let mut texts = Vec::new();
        for time in 1..=3 {
            let files = pages(3, &format!("v{time}"));
            let (built, release) = site(&outer.path().join("a"), &files, time);
            publish(&live, &built, &release, switch, usize::MAX).unwrap();
            texts.push(files);
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(fs::metadata(live.join("same.css")).unwrap().nlink(), 3);
            assert_eq!(fs::metadata(live.join("p1/index.html")).unwrap().nlink(), 1);
        }
        let spec = DirectorySpec {
            path: live.clone(),
            switch,
            keep: 3,
        };
        let watch = |_: Step<'_>| Ok(());
        let context = Context::of(Path::new("/"), &watch);
        for expected in [1, 0] {
            Directory::open(&spec, context).unwrap().rollback(None).unwrap();
            assert_eq!(contents(&live), texts[expected]);
        }
        let none = Directory::open(&spec, context).unwrap().rollback(None).unwrap_err();
        assert!(none.to_string().contains("no such release"), "{none}");
        let newest = Release::parse(&fs::read(live.join(RELEASE_FILE)).unwrap()).unwrap();
        assert_eq!(newest.time, "1970-01-01T00:00:01Z");
    }
}

#[test]
fn two_publishes_at_once_are_refused() {
    let outer = tempfile::tempdir().unwrap();
    let live = outer.path().join("live");
    let (built, release) = site(&outer.path().join("a"), &pages(2, "v"), 1);
    publish(&live, &built, &release, Switch::Auto, usize::MAX).unwrap();
    let watch = |_: Step<'_>| Ok(());
    let context = Context::of(Path::new("/"), &watch);
    let spec = DirectorySpec {
        path: live,
        switch: Switch::Auto,
        keep: 3,
    };
    let mut first = Directory::open(&spec, context).unwrap();
    first.known(&built).unwrap();
    let error = Directory::open(&spec, context).unwrap().known(&built).unwrap_err();
    assert!(error.to_string().contains("somebody else is publishing"), "{error}");
    drop(first);
    assert!(Directory::open(&spec, context).unwrap().known(&built).is_ok());
}

#[test]
fn sources_are_no_targets() {
    let outer = tempfile::tempdir().unwrap();
    let docs = outer.path().join("project/docs");
    fs::create_dir_all(&docs).unwrap();
    let sources = [docs.clone()];
    let keep = [outer.path().join("home")];
    fs::create_dir_all(&keep[0]).unwrap();
    let watch = |_: Step<'_>| Ok(());
    let context = Context {
        sources: &sources,
        keep: &keep,
        ..Context::of(outer.path(), &watch)
    };
    let refused = |path: &Path| {
        let spec = DirectorySpec {
            path: path.to_owned(),
            switch: Switch::Auto,
            keep: 3,
        };
        Directory::open(&spec, context).is_err()
    };
    assert!(refused(&docs) && refused(&docs.join("out/deep")) && refused(&outer.path().join("project")));
    assert!(refused(&keep[0]) && refused(outer.path()));
    assert!(!refused(&outer.path().join("project/live")) && !refused(&keep[0].join("live")));
}
