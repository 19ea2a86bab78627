//! Which paths does a piece of code write?
//!
//! [`collect`] walks an item and enters into its module every path: of a `use`, a type, an
//! expression, a pattern, a bound, a macro's name, and what looks like a path among a macro's
//! tokens. Attributes (documentation is one) and `pub(in path)` name nothing. A `use` inside of a
//! function is taken as if it were the module's.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItem, Item, Stmt, TraitItem, UseTree, Visibility};

use crate::attributes::{for_tests, of_item};
use crate::module::{Meaning, Module, Words};

/// Enters what `item` names into its module.
pub(crate) fn collect(item: &Item, module: &mut Module) {
    Names { module }.visit_item(item);
}

/// The names of the modules with a body that a macro's tokens declare.
pub(crate) fn modules_among(tokens: &TokenStream) -> Words {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut found = Words::new();
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (TokenTree::Group(group), ..) => found.extend(modules_among(&group.stream())),
            (TokenTree::Ident(word), Some(TokenTree::Ident(name)), Some(TokenTree::Group(_)))
                if word == "mod" =>
            {
                found.push(name.to_string());
            }
            _ => {}
        }
    }
    found
}

struct Names<'a> {
    module: &'a mut Module,
}

impl Names<'_> {
    fn path(&mut self, path: Words) {
        match path.len() {
            0 => {}
            1 => self.module.words.extend(path),
            _ => {
                self.module.paths.insert(path);
            }
        }
    }

    /// A tree of imports, with the path before it.
    fn imports(&mut self, tree: &UseTree, mut before: Words, public: bool) {
        let (name, alias) = match tree {
            UseTree::Path(path) => {
                before.push(path.ident.unraw().to_string());
                return self.imports(&path.tree, before, public);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.imports(tree, before.clone(), public);
                }
                return;
            }
            UseTree::Glob(_) => return self.module.globs.push((before, public)),
            UseTree::Name(name) => (name.ident.unraw().to_string(), None),
            UseTree::Rename(name) => {
                (name.ident.unraw().to_string(), Some(name.rename.to_string()))
            }
        };
        // `use a::b::{self}`
        if name != "self" || before.is_empty() {
            before.push(name);
        }
        let alias = alias.or_else(|| before.last().cloned()).unwrap_or_default();
        if alias != "_" {
            self.module.define(&alias, Meaning::Import(before.clone()));
        }
        if public {
            self.module.handed_on.push((before, alias));
        } else {
            self.path(before);
        }
    }

    /// What looks like a path among a macro's tokens, with the path before them.
    fn tokens(&mut self, tokens: TokenStream, before: &Words) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == sign);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream(), &Words::new()),
                // A field or method, or a macro's own variable.
                TokenTree::Ident(word)
                    if at > 0 && (is(at - 1, '.') || is(at - 1, '$') && word != "crate") => {}
                TokenTree::Ident(word) => {
                    let mut path = before.clone();
                    path.push(word.unraw().to_string());
                    while is(at + 1, ':') && is(at + 2, ':') {
                        match tokens.get(at + 3) {
                            Some(TokenTree::Ident(word)) => path.push(word.unraw().to_string()),
                            Some(TokenTree::Group(group)) => {
                                self.tokens(group.stream(), &path);
                            }
                            _ => break,
                        }
                        at += 3;
                    }
                    if is(at + 1, '!') && path.len() == 1 {
                        self.module.macros.extend(path);
                    } else {
                        self.path(path);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.path(path.segments.iter().map(|s| s.ident.unraw().to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let public = !matches!(item.vis, Visibility::Inherited);
            self.imports(&item.tree, Words::new(), public);
        }
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        match found.path.get_ident() {
            Some(name) => {
                self.module.macros.insert(name.to_string());
            }
            None => self.visit_path(&found.path),
        }
        self.tokens(found.tokens.clone(), &Words::new());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(of_item(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => &[],
        };
        if !for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if !matches!(item, TraitItem::Fn(item) if for_tests(&item.attrs)) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes: &[Attribute] = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(found) => &found.attrs,
            Stmt::Expr(Expr::Assign(found), _) => &found.attrs,
            Stmt::Expr(Expr::Block(found), _) => &found.attrs,
            Stmt::Expr(Expr::Call(found), _) => &found.attrs,
            Stmt::Expr(Expr::If(found), _) => &found.attrs,
            Stmt::Expr(Expr::MethodCall(found), _) => &found.attrs,
            _ => &[],
        };
        if !for_tests(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if !for_tests(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !for_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }
}
