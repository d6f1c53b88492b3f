mod opsa;
use assess::boolean::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap();
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "xml")).collect();
    files.sort();
    for f in files {
        let t = std::time::Instant::now();
        let text = std::fs::read_to_string(&f).unwrap();
        let c = opsa::read(&text).unwrap();
        let t1 = t.elapsed();
        let s = solve(&c, DEFAULT_NODES, &|| false).unwrap();
        let t2 = t.elapsed();
        let n = s.counts();
        println!("{},{},{:.7e},{:?} {:?} {:?} {:?}", f.file_stem().unwrap().display(), n.total(), s.probability().unwrap(), t.elapsed(), t1, t2, n.by_order.len());
    }
}
