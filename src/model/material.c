/* Materials: found by name or made from a composition. */
#include "model/material.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "model/material_data.h"

#define GAS_DENSITY_MAX_g_cm3 0.02     /* of an element as such */
#define DENSITY_MAX_g_cm3 30.0
#define WEIGHT_SUM_TOLERANCE 0.01
#define SAME_WEIGHT 0.002              /* two compositions are one compound */

/* To ten digits, where every libm agrees: the same job gives the same bits everywhere. */
static double
round_digits(double x)
{
	char text[32];

	snprintf(text, sizeof text, "%.9e", x);
	return strtod(text, NULL);
}

static char
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' || c == ' ' ? '_' : c;
}

static bool
is_same_name(const char *a, const char *b)
{
	while (*a != '\0' && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

static const struct material_record *
find_record(const char *name)
{
	for (const struct material_record *r = material_data; r->name != NULL; r++)
		if (is_same_name(name, r->name))
			return r;
	return NULL;
}

static const struct element *
find_element(const char *name)
{
	for (int Z = 1; Z <= ELEMENT_Z_MAX; Z++) {
		const struct element *el = element_by_Z(Z);

		if (is_same_name(name, el->symbol) || is_same_name(name, el->name))
			return el;
	}
	return NULL;
}

static const char *
unalias(const char *name)
{
	for (const struct material_alias *a = material_aliases; a->alias != NULL; a++)
		if (is_same_name(name, a->alias))
			return a->name;
	return name;
}

static double
weight_sum(const struct material *m)
{
	double sum = 0.0;

	for (int i = 0; i < m->n_elements; i++)
		sum += m->element[i].weight;
	return sum;
}

static void
normalise(struct material *m)
{
	double sum = weight_sum(m);

	for (int i = 0; i < m->n_elements; i++)
		m->element[i].weight /= sum;
}

static void
from_record(struct material *m, const struct material_record *r)
{
	memset(m, 0, sizeof *m);
	snprintf(m->name, sizeof m->name, "%s", r->name);
	m->is_gas = r->is_gas;
	m->density_g_cm3 = r->density_g_cm3;
	m->I_eV = r->I_eV;
	m->n_elements = r->n_elements;
	for (int i = 0; i < r->n_elements; i++) {
		m->element[i].Z = r->element[i].Z;
		m->element[i].weight = r->element[i].weight;
	}
	m->density_effect = r->density_effect;
	m->density_effect_I_eV = r->density_effect_I_eV;
	normalise(m);
}

static void
from_element(struct material *m, const struct element *el)
{
	memset(m, 0, sizeof *m);
	snprintf(m->name, sizeof m->name, "%s", el->name);
	m->is_gas = el->density_g_cm3 < GAS_DENSITY_MAX_g_cm3;
	m->density_g_cm3 = el->density_g_cm3;
	m->I_eV = el->I_eV;
	m->n_elements = 1;
	m->element[0].Z = el->Z;
	m->element[0].weight = 1.0;
	m->density_effect = el->density_effect;
	m->density_effect_I_eV = el->I_eV;
}

/* Every word that material_by_name takes: materials, aliases, names of elements. */
static const char *
known_word(size_t i, void *ctx)
{
	size_t n_materials = 0, n_aliases = 0;

	(void)ctx;
	while (material_data[n_materials].name != NULL)
		n_materials++;
	while (material_aliases[n_aliases].alias != NULL)
		n_aliases++;
	if (i < n_materials)
		return material_data[i].name;
	if (i < n_materials + n_aliases)
		return material_aliases[i - n_materials].alias;
	i -= n_materials + n_aliases;
	return i < ELEMENT_Z_MAX ? element_by_Z((int)i + 1)->name : NULL;
}

int
material_by_name(struct material *m, const char *name, struct err *e)
{
	const struct material_record *record = find_record(unalias(name));
	const struct element *el = find_element(unalias(name));
	const char *near;

	if (record != NULL) {
		from_record(m, record);
		return 0;
	}
	if (el != NULL) {
		from_element(m, el);
		return 0;
	}
	near = nearest_name(name, known_word, NULL);
	if (near != NULL)
		return err_set(e, ERR_INPUT, "unknown material \"%.60s\"; did you mean \"%s\"?", name, near);
	return err_set(e, ERR_INPUT, "unknown material \"%.60s\"; expected one like water, pmma, "
	    "aluminium, or an own composition", name);
}

/* I of an element in a compound, eV: ICRU 37 (1984), table 5.1; 13 % above the element's own where
 * nothing is listed, for liquids and solids. */
static double
compound_I_eV(int Z, bool is_gas)
{
	static const struct { int Z; double condensed, gas; } listed[] = {
		{ 1, 19.2, 19.2 }, { 6, 81.0, 70.0 }, { 7, 82.0, 82.0 }, { 8, 106.0, 97.0 },
		{ 9, 112.0, 0.0 }, { 17, 180.0, 0.0 },
	};

	for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
		if (listed[i].Z == Z && (!is_gas || listed[i].gas > 0.0))
			return is_gas ? listed[i].gas : listed[i].condensed;
	return element_by_Z(Z)->I_eV * (is_gas ? 1.0 : 1.13);
}

/* Bragg's rule, ln I = sum over electrons. */
static double
bragg_I_eV(const struct material *m)
{
	double sum = 0.0;

	if (m->n_elements == 1)
		return element_by_Z(m->element[0].Z)->I_eV;
	for (int i = 0; i < m->n_elements; i++) {
		const struct element *el = element_by_Z(m->element[i].Z);

		sum += m->element[i].weight * el->Z / el->A_g_mol
		    * log(compound_I_eV(el->Z, m->is_gas));
	}
	return round_digits(exp(sum / material_Z_over_A(m)));
}

/* In ascending Z, so that the order in which they were written does not change a bit. */
static int
add_element(struct material *m, int Z, double weight, struct err *e)
{
	int at = m->n_elements;

	if (element_by_Z(Z) == NULL)
		return err_set(e, ERR_INPUT, "no element with Z = %d (1 to %d)", Z, ELEMENT_Z_MAX);
	if (!(weight > 0.0 && weight <= 1.0 + WEIGHT_SUM_TOLERANCE))
		return err_set(e, ERR_INPUT, "weight fraction of %s is %g, expected above 0, at most 1",
		    element_by_Z(Z)->symbol, weight);
	while (at > 0 && m->element[at - 1].Z > Z) {
		m->element[at] = m->element[at - 1];
		at--;
	}
	if (at > 0 && m->element[at - 1].Z == Z)
		return err_set(e, ERR_INPUT, "%s stands twice in the composition",
		    element_by_Z(Z)->symbol);
	m->element[at].Z = Z;
	m->element[at].weight = weight;
	m->n_elements++;
	return 0;
}

static int
check_properties(const char *name, double density_g_cm3, int n, struct err *e)
{
	if (strlen(name) >= MATERIAL_NAME_MAX)
		return err_set(e, ERR_INPUT, "the material's name has %zu characters, at most %d",
		    strlen(name), MATERIAL_NAME_MAX - 1);
	if (!(density_g_cm3 > 0.0 && density_g_cm3 <= DENSITY_MAX_g_cm3))
		return err_set(e, ERR_INPUT, "density %g g/cm3, expected above 0, at most %g",
		    density_g_cm3, DENSITY_MAX_g_cm3);
	if (n < 1 || n > MATERIAL_ELEMENTS_MAX)
		return err_set(e, ERR_INPUT, "%d elements in the composition, expected 1 to %d",
		    n, MATERIAL_ELEMENTS_MAX);
	return 0;
}

int
material_from_composition(struct material *m, const char *name, double density_g_cm3,
    double I_eV, bool is_gas, int n, const int *Z, const double *weight, struct err *e)
{
	if (check_properties(name, density_g_cm3, n, e) != 0)
		return -1;
	memset(m, 0, sizeof *m);
	snprintf(m->name, sizeof m->name, "%s", name);
	m->is_gas = is_gas;
	m->density_g_cm3 = density_g_cm3;
	for (int i = 0; i < n; i++)
		if (add_element(m, Z[i], weight[i], e) != 0)
			return -1;
	if (fabs(weight_sum(m) - 1.0) > WEIGHT_SUM_TOLERANCE)
		return err_set(e, ERR_INPUT, "the weight fractions add up to %g, expected 1 within %g",
		    weight_sum(m), WEIGHT_SUM_TOLERANCE);
	normalise(m);
	if (material_set_I(m, I_eV > 0.0 ? I_eV : bragg_I_eV(m), e) != 0)
		return -1;
	m->density_effect_I_eV = m->I_eV;
	return 0;
}

int
material_set_I(struct material *m, double I_eV, struct err *e)
{
	if (!(I_eV >= MATERIAL_I_MIN_eV && I_eV <= MATERIAL_I_MAX_eV))
		return err_set(e, ERR_INPUT, "mean excitation energy %g eV, expected %g to %g eV", I_eV,
		    MATERIAL_I_MIN_eV, MATERIAL_I_MAX_eV);
	m->I_eV = I_eV;
	return 0;
}

double
material_Z_over_A(const struct material *m)
{
	double sum = 0.0;

	for (int i = 0; i < m->n_elements; i++) {
		const struct element *el = element_by_Z(m->element[i].Z);

		sum += m->element[i].weight * el->Z / el->A_g_mol;
	}
	return sum;
}

/* 1/X_S = sum w alpha N_A r_e^2 Z^2/A [2 ln(33219 (A Z)^(-1/3)) - 1]: Gottschalk, Med. Phys. 37 (2010)
 * 352. */
double
material_scattering_length_g_cm2(const struct material *m)
{
	double sum = 0.0;

	for (int i = 0; i < m->n_elements; i++) {
		const struct element *el = element_by_Z(m->element[i].Z);
		double Z = el->Z, A = el->A_g_mol;

		sum += m->element[i].weight * Z * Z / A * (2.0 * log(33219.0 / cbrt(A * Z)) - 1.0);
	}
	return round_digits(1.0 / (FINE_STRUCTURE * AVOGADRO * ELECTRON_RADIUS_cm
	    * ELECTRON_RADIUS_cm * sum));
}

/* 1/X_0 = 4 alpha N_A r_e^2 / A (Z^2 (L - f) + Z L'): Tsai, Rev. Mod. Phys. 46 (1974) 815; f of Davies,
 * Bethe, Maximon, Phys. Rev. 93 (1954) 788. Without the constant factor. */
static double
inverse_radiation_length(const struct element *el)
{
	static const double light[4][2] = {   /* L, L' of H to Be */
		{ 5.31, 6.144 }, { 4.79, 5.621 }, { 4.74, 5.805 }, { 4.71, 5.924 },
	};
	double Z = el->Z, a = Z * FINE_STRUCTURE, a2 = a * a;
	double L = el->Z <= 4 ? light[el->Z - 1][0] : log(184.15 / cbrt(Z));
	double L1 = el->Z <= 4 ? light[el->Z - 1][1] : log(1194.0 / cbrt(Z * Z));
	double f = a2 * (1.0 / (1.0 + a2) + 0.20206 + a2 * (-0.0369 + a2 * (0.0083 - 0.002 * a2)));

	return (Z * Z * (L - f) + Z * L1) / el->A_g_mol;
}

double
material_radiation_length_g_cm2(const struct material *m)
{
	double sum = 0.0;

	for (int i = 0; i < m->n_elements; i++)
		sum += m->element[i].weight * inverse_radiation_length(element_by_Z(m->element[i].Z));
	return round_digits(1.0 / (4.0 * FINE_STRUCTURE * AVOGADRO * ELECTRON_RADIUS_cm
	    * ELECTRON_RADIUS_cm * sum));
}

static bool
is_same_compound(const struct material *m, const struct material_record *r)
{
	if (m->is_gas != r->is_gas || m->n_elements != r->n_elements)
		return false;
	for (int i = 0; i < r->n_elements; i++)
		if (m->element[i].Z != r->element[i].Z ||
		    fabs(m->element[i].weight - r->element[i].weight) > SAME_WEIGHT)
			return false;
	return true;
}

static const struct compound_fit *
find_fit(const struct compound_fit *fit, const struct material *m)
{
	bool is_built_in = find_record(m->name) != NULL || find_element(m->name) != NULL;

	for (; fit->material != NULL; fit++)
		if (is_same_compound(m, find_record(fit->material)) &&
		    (!is_built_in || is_same_name(m->name, fit->material)))
			return fit;
	return NULL;
}

const struct compound_fit *
material_proton_fit(const struct material *m)
{
	return find_fit(material_proton_fits, m);
}

const struct compound_fit *
material_helium_fit(const struct material *m)
{
	return find_fit(material_helium_fits, m);
}

const char *
material_name(size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (material_data[i].name == NULL)
			return NULL;
	return material_data[index].name;
}
