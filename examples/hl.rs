//! scratch
use std::io::Read;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "scopes" {
        let s = two_face::syntax::extra_newlines();
        let mut t = String::new();
        std::io::stdin().read_to_string(&mut t).unwrap();
        let syn = s.find_syntax_by_name(&a[2]).unwrap();
        let mut ps = syntect::parsing::ParseState::new(syn);
        let mut st = syntect::parsing::ScopeStack::new();
        for l in t.split_inclusive('\n') {
            let mut d = 0;
            for (o, op) in ps.parse_line(l, &s).unwrap() {
                if o > d {
                    println!("{:?}\t{}", &l[d..o], st);
                    d = o;
                }
                st.apply(&op).unwrap();
            }
            if d < l.len() {
                println!("{:?}\t{}", &l[d..], st);
            }
        }
        return;
    }
    if a[1] == "bench" {
        for f in &a[2..] {
            let (lang, f) = f.split_once('=').unwrap();
            let t = std::fs::read_to_string(f).unwrap();
            let t0 = std::time::Instant::now();
            let h = chaski::highlight::highlight(&t[..2000.min(t.len())], lang);
            let cold = t0.elapsed();
            let t0 = std::time::Instant::now();
            let mut n = 0;
            let mut h2 = 0;
            while t0.elapsed().as_millis() < 500 {
                h2 = chaski::highlight::highlight(&t, lang).unwrap().len();
                n += t.len();
            }
            println!(
                "{lang}\t{:.2} MB/s\tcold {:?}\tx{:.2}",
                n as f64 / 1e6 / t0.elapsed().as_secs_f64(),
                cold,
                h2 as f64 / t.len() as f64
            );
            let _ = h;
        }
        return;
    }
    let mut t = String::new();
    std::io::stdin().read_to_string(&mut t).unwrap();
    print!("{}", chaski::highlight::highlight(&t, &a[1]).unwrap());
}
