//! kettle
