//! What the depth scan lets through, Cedar parses without dying on a stack of 2 MiB.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if noforn::access::depth::scan(text).is_err() {
        return;
    }
    let text = text.to_owned();
    let parse = move || {
        // Whether it is a policy does not matter, only that an answer comes.
        let _ = text.parse::<cedar_policy::PolicySet>();
        let _ = text.parse::<cedar_policy::Expression>();
    };
    let small = std::thread::Builder::new().stack_size(2 << 20).spawn(parse).expect("a thread");
    small.join().expect("Cedar does not panic");
});
