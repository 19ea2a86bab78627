//! How is a type or a trait written in a record?
//!
//! By the last name of its path, with types for parameters and without lifetimes: enough to tell
//! `From<OwnedFd>` from `From<TcpStream>`.

use std::collections::BTreeSet;

use rustdoc_types::{
    GenericArg, GenericArgs, GenericBound, GenericParamDefKind, Generics, Path, TraitBoundModifier,
    Type, WherePredicate,
};

/// `From<TcpStream>`.
pub(crate) fn of_path(path: &Path) -> String {
    let name = path.path.rsplit("::").next().unwrap_or_default();
    let Some(GenericArgs::AngleBracketed { args, .. }) = path.args.as_deref() else {
        return name.to_owned();
    };
    let types: Vec<String> = args
        .iter()
        .filter_map(|arg| if let GenericArg::Type(ty) = arg { Some(of_type(ty)) } else { None })
        .collect();
    if types.is_empty() { name.to_owned() } else { format!("{name}<{}>", types.join(", ")) }
}

/// `&[u8]`, `Box<T>`.
pub(crate) fn of_type(ty: &Type) -> String {
    match ty {
        Type::ResolvedPath(path) => of_path(path),
        Type::Generic(name) | Type::Primitive(name) => name.clone(),
        Type::BorrowedRef { is_mutable, type_, .. } => {
            format!("&{}{}", if *is_mutable { "mut " } else { "" }, of_type(type_))
        }
        Type::Slice(ty) => format!("[{}]", of_type(ty)),
        Type::Array { type_, len } => format!("[{}; {len}]", of_type(type_)),
        Type::Tuple(types) => {
            format!("({})", types.iter().map(of_type).collect::<Vec<_>>().join(", "))
        }
        Type::DynTrait(dyn_trait) => {
            let traits = dyn_trait.traits.iter().map(|one| of_path(&one.trait_));
            format!("dyn {}", traits.collect::<Vec<_>>().join(" + "))
        }
        Type::QualifiedPath { name, self_type, .. } => format!("{}::{name}", of_type(self_type)),
        Type::RawPointer { type_, .. } => format!("*{}", of_type(type_)),
        Type::FunctionPointer(_) => "fn".to_owned(),
        Type::ImplTrait(_) => "impl".to_owned(),
        Type::Pat { type_, .. } => of_type(type_),
        Type::Infer => "_".to_owned(),
    }
}

/// What has to hold of the parameters of an `impl`: `T: Send, U: Sync`. A condition on the fields that
/// `pin-project-lite` pins says nothing to a reader.
pub(crate) fn condition(generics: &Generics) -> String {
    let mut all = BTreeSet::new();
    let mut add = |of: &str, bounds: &[GenericBound]| {
        for bound in bounds {
            if let GenericBound::TraitBound { trait_, modifier: TraitBoundModifier::None, .. } =
                bound
            {
                all.insert(format!("{of}: {}", of_path(trait_)));
            }
        }
    };
    for param in &generics.params {
        if let GenericParamDefKind::Type { bounds, .. } = &param.kind {
            add(&param.name, bounds);
        }
    }
    for predicate in &generics.where_predicates {
        if let WherePredicate::BoundPredicate { type_, bounds, .. } = predicate {
            let of = of_type(type_);
            add(if of.contains("__Origin") { "its pinned fields" } else { &of }, bounds);
        }
    }
    all.into_iter().collect::<Vec<_>>().join(", ")
}
