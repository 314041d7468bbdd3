/* Constants of nature and the quantum of tallied energy. Inside: MeV, cm, g, radian, second. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

/* CODATA 2018 */
#define ELECTRON_MASS_MeV   0.51099895
#define PROTON_MASS_MeV     938.27208816
#define ATOMIC_MASS_MeV     931.49410242          /* 1 u */
#define FINE_STRUCTURE      (1.0 / 137.035999)
#define AVOGADRO            6.02214076e23         /* 1/mol */
#define ELECTRON_RADIUS_cm  2.8179403262e-13
#define BETHE_K_MeV_cm2_mol 0.307075              /* 4 pi N_A r_e^2 m_e c^2 */
#define PI                  3.14159265358979323846

/* Energies are tallied as integers, in quanta of 2^-20 MeV (0.95 eV). */
#define QUANTA_PER_MeV 1048576.0

#define GRAY_PER_MeV_g 1.602176634e-10            /* 1 MeV/g in Gy */

#endif
