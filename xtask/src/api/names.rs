//! How is a type or a bound written?
//!
//! By the last names of paths, with parameters and without lifetimes: enough to tell `From<OwnedFd>`
//! from `From<TcpStream>`. What two programmers may write in two ways is written in one: the bounds are
//! in the order of their names.

use std::collections::{BTreeMap, BTreeSet};

use rustdoc_types::{
    AssocItemConstraint, AssocItemConstraintKind, GenericArg, GenericArgs, GenericBound,
    GenericParamDefKind, Generics, Path, Term, TraitBoundModifier, Type, WherePredicate,
};

/// `From<TcpStream>`, `Fn(u8) -> u8`, `Future<Output = ()>`.
pub(crate) fn of_path(path: &Path) -> String {
    let name = path.path.rsplit("::").next().unwrap_or_default();
    match path.args.as_deref() {
        Some(GenericArgs::AngleBracketed { args, constraints }) => {
            let types = args.iter().filter_map(|arg| match arg {
                GenericArg::Type(ty) => Some(of_type(ty)),
                GenericArg::Const(value) => Some(value.expr.clone()),
                _ => None,
            });
            let all: Vec<String> = types.chain(constraints.iter().map(constraint)).collect();
            if all.is_empty() { name.to_owned() } else { format!("{name}<{}>", all.join(", ")) }
        }
        Some(GenericArgs::Parenthesized { inputs, output }) => {
            let inputs = inputs.iter().map(of_type).collect::<Vec<_>>().join(", ");
            let output = output.as_ref().map(|ty| format!(" -> {}", of_type(ty)));
            format!("{name}({inputs}){}", output.unwrap_or_default())
        }
        _ => name.to_owned(),
    }
}

fn constraint(constraint: &AssocItemConstraint) -> String {
    let name = &constraint.name;
    match &constraint.binding {
        AssocItemConstraintKind::Equality(Term::Type(ty)) => format!("{name} = {}", of_type(ty)),
        AssocItemConstraintKind::Equality(Term::Constant(value)) => {
            format!("{name} = {}", value.expr)
        }
        AssocItemConstraintKind::Constraint(all) => format!("{name}: {}", written(bounds(all))),
    }
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
        Type::ImplTrait(all) => format!("impl {}", written(bounds(all))),
        Type::QualifiedPath { name, self_type, .. } => format!("{}::{name}", of_type(self_type)),
        Type::RawPointer { type_, .. } => format!("*{}", of_type(type_)),
        Type::FunctionPointer(_) => "fn".to_owned(),
        Type::Pat { type_, .. } => of_type(type_),
        Type::Infer => "_".to_owned(),
    }
}

/// Traits, `?Sized` and `'static`.
fn bounds(all: &[GenericBound]) -> BTreeSet<String> {
    all.iter()
        .filter_map(|bound| match bound {
            GenericBound::TraitBound { trait_, modifier, .. } => {
                let maybe = matches!(modifier, TraitBoundModifier::Maybe);
                Some(format!("{}{}", if maybe { "?" } else { "" }, of_path(trait_)))
            }
            GenericBound::Outlives(lifetime) => (lifetime == "'static").then(|| lifetime.clone()),
            GenericBound::Use(_) => None,
        })
        .collect()
}

fn written(bounds: BTreeSet<String>) -> String {
    bounds.into_iter().collect::<Vec<_>>().join(" + ")
}

/// What is asked of each parameter and of other types, wherever it is written. A condition on the
/// fields that `pin-project-lite` pins says nothing to a reader.
fn asked(generics: &Generics) -> BTreeMap<String, BTreeSet<String>> {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for param in &generics.params {
        if let GenericParamDefKind::Type { bounds: all, is_synthetic: false, .. } = &param.kind {
            asked.entry(param.name.clone()).or_default().extend(bounds(all));
        }
    }
    for predicate in &generics.where_predicates {
        if let WherePredicate::BoundPredicate { type_, bounds: all, .. } = predicate {
            let of = of_type(type_);
            let of = if of.contains("__Origin") { "its pinned fields".to_owned() } else { of };
            asked.entry(of).or_default().extend(bounds(all));
        }
    }
    asked
}

/// What has to hold of the parameters of an `impl`: `T: Send, U: Sync`.
pub(crate) fn condition(generics: &Generics) -> String {
    let asked = asked(generics).into_iter();
    let each = asked.flat_map(|(of, bounds)| {
        let bounds = bounds.into_iter().filter(|bound| !bound.starts_with(['?', '\'']));
        bounds.map(move |bound| format!("{of}: {bound}")).collect::<Vec<_>>()
    });
    each.collect::<Vec<_>>().join(", ")
}
