/* Names of ions, and their masses. */
#include "model/ion.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/units.h"
#include "model/element.h"
#include "model/ion_data.h"

#define MASS_PLACES 1e9      /* masses are rounded to 1e-9 MeV, where every libm's pow agrees */

static const struct {
	const char *name;
	int Z, A;
} common_name[] = {
	{ "proton", 1, 1 }, { "deuteron", 1, 2 }, { "triton", 1, 3 }, { "deuterium", 1, 2 },
	{ "tritium", 1, 3 }, { "helion", 2, 3 }, { "alpha", 2, 4 }, { "sulphur", 16, 32 },
	{ "aluminum", 13, 27 },
};

#define N_COMMON_NAMES (sizeof common_name / sizeof *common_name)

static const struct nuclide *
find_nuclide(int Z, int A)
{
	for (const struct nuclide *n = nuclide_data; n->Z != 0; n++)
		if (n->Z == Z && n->A == A)
			return n;
	return NULL;
}

/* Binding energy of all Z electrons, MeV: Lunney, Pearson, Thibault, Rev. Mod. Phys. 75 (2003) 1021. */
static double
electron_binding_MeV(int Z)
{
	return (14.4381 * pow(Z, 2.39) + 1.55468e-6 * pow(Z, 5.35)) * 1e-6;
}

static double
nucleus_mass_MeV(const struct nuclide *n)
{
	double mass = n->A * ATOMIC_MASS_MeV + n->mass_excess_keV * 1e-3
	    - n->Z * ELECTRON_MASS_MeV + electron_binding_MeV(n->Z);

	return round(mass * MASS_PLACES) / MASS_PLACES;
}

/* "C-9, C-10, C-11, ..." into text, of size bytes. */
static void
list_isotopes(int Z, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (const struct nuclide *n = nuclide_data; n->Z != 0; n++)
		if (n->Z == Z && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s-%d",
			    used == 0 ? "" : ", ", element_by_Z(Z)->symbol, n->A);
}

int
ion_from_numbers(struct ion *ion, int Z, int A, struct err *e)
{
	const struct nuclide *n = find_nuclide(Z, A);
	char isotopes[256];

	if (Z < 1 || Z > NUCLIDE_Z_MAX)
		return err_set(e, ERR_INPUT, "no ion with charge number %d: ions go from H-1 (Z = 1) "
		    "to Fe-56 (Z = %d)", Z, NUCLIDE_Z_MAX);
	if (n == NULL) {
		list_isotopes(Z, isotopes, sizeof isotopes);
		return err_set(e, ERR_INPUT, "no ion %s-%d; of %s there are %s",
		    element_by_Z(Z)->symbol, A, element_by_Z(Z)->name, isotopes);
	}
	ion->Z = Z;
	ion->A = A;
	ion->mass_MeV = nucleus_mass_MeV(n);
	memset(ion->name, 0, sizeof ion->name);
	snprintf(ion->name, sizeof ion->name, "%s-%d", element_by_Z(Z)->symbol, A);
	return 0;
}

/* Charge number of a symbol of `length` letters in any case, 0 if there is none. */
static int
parse_symbol(const char *text, size_t length)
{
	for (int Z = 1; Z <= ELEMENT_Z_MAX; Z++) {
		const char *symbol = element_by_Z(Z)->symbol;

		if (length == strlen(symbol) && strncasecmp(text, symbol, length) == 0)
			return Z;
	}
	return 0;
}

/* A mass number of one to three digits, 0 if it is none. Advances *text. */
static int
parse_digits(const char **text)
{
	int A = 0, n = 0;

	while (isdigit((unsigned char)**text) && n++ < 3)
		A = 10 * A + (*(*text)++ - '0');
	return A;
}

/* "C-12", "C12", "C 12", "12C": true with Z (0: no such symbol) and A. */
static int
parse_nuclide(const char *text, int *Z, int *A)
{
	const char *letters = text;
	size_t length = 0;

	*A = parse_digits(&letters);
	while (isalpha((unsigned char)letters[length]))
		length++;
	*Z = parse_symbol(letters, length);
	text = letters + length;
	if (*A == 0) {
		text += *text == '-' || *text == ' ' || *text == '_';
		*A = parse_digits(&text);
	}
	return length > 0 && *A > 0 && *text == '\0';
}

static int
parse_name(const char *text, int *Z, int *A)
{
	for (size_t i = 0; i < N_COMMON_NAMES; i++)
		if (strcasecmp(text, common_name[i].name) == 0) {
			*Z = common_name[i].Z;
			*A = common_name[i].A;
			return 1;
		}
	for (*Z = 1; *Z <= NUCLIDE_Z_MAX; ++*Z)
		if (strcasecmp(text, element_by_Z(*Z)->name) == 0) {
			*A = nuclide_common_A[*Z];
			return 1;
		}
	return 0;
}

static const char *
ion_word(size_t i, void *ctx)
{
	(void)ctx;
	if (i < N_COMMON_NAMES)
		return common_name[i].name;
	i -= N_COMMON_NAMES;
	return i < NUCLIDE_Z_MAX ? element_by_Z((int)i + 1)->name : NULL;
}

static int
refuse(const char *text, struct err *e)
{
	int Z = parse_symbol(text, strlen(text));
	const char *near = nearest_name(text, ion_word, NULL);
	char isotopes[256];

	if (Z >= 1 && Z <= NUCLIDE_Z_MAX) {
		list_isotopes(Z, isotopes, sizeof isotopes);
		return err_set(e, ERR_INPUT, "ion \"%s\" lacks its mass number: %s", text, isotopes);
	}
	if (near != NULL)
		return err_set(e, ERR_INPUT, "unknown ion \"%.40s\"; did you mean \"%s\"?", text, near);
	return err_set(e, ERR_INPUT, "unknown ion \"%.40s\"; expected one like proton, alpha, carbon, "
	    "C-12, up to Fe-56", text);
}

int
ion_parse(struct ion *ion, const char *text, struct err *e)
{
	int Z, A;

	if (parse_name(text, &Z, &A))
		return ion_from_numbers(ion, Z, A, e);
	if (!parse_nuclide(text, &Z, &A) || Z == 0)
		return refuse(text, e);
	return ion_from_numbers(ion, Z, A, e);
}

double
ion_energy_per_nucleon_MeV(const struct ion *ion, double energy_MeV)
{
	return energy_MeV / ion->A;
}
