#[kettle::test(seeds = "1000")] //~ ERROR `seeds` must be a whole number, 0 or more: `seeds = 1000`
async fn in_quotes() {}

#[kettle::test(seeds = 0.5)] //~ ERROR `seeds` must be a whole number
async fn a_half() {}

#[kettle::test(seeds = -1)] //~ ERROR `seeds` must be a whole number, 0 or more
async fn less_than_none() {}

#[kettle::test(seeds = many)] //~ ERROR `seeds` must be a whole number
async fn a_name() {}

#[kettle::test(seeds)] //~ ERROR `seeds` needs a value: `seeds = ...`
async fn no_value() {}

#[kettle::main(seeds = 1000)] //~ ERROR unknown argument `seeds`
async fn main() {}
